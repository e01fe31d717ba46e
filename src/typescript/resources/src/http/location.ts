/**
 * Where a redirect leads.
 *
 * @packageDocumentation
 */

import { isInvalidArgument } from "@dagstack/contracts";

import { EngineError } from "./engine.js";
import { parseUrl, type Target } from "./url.js";

const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/**
 * Return the URL that a `location` means, checked as strictly as one of a caller.
 *
 * @throws {@link EngineError} if no request may go there.
 */
export function resolveLocation(base: Target, location: string): Target {
  try {
    return parseUrl(resolved(base, location.replaceAll(" ", "%20")));
  } catch (error) {
    if (!isInvalidArgument(error)) throw error;
    const detail = `it redirects to a URL that cannot be requested: ${error.reason}`;
    throw new EngineError("malformed", detail, error);
  }
}

/** RFC 3986, section 5.2. The platform's parser would mend what is to be refused. */
function resolved(base: Target, location: string): string {
  if (ABSOLUTE.test(location)) return location;
  if (location.startsWith("//")) return `${base.scheme}:${location}`;
  const [reference = ""] = location.split("#", 1);
  const [path = ""] = reference.split("?", 1);
  const query = reference.slice(path.length);
  if (path === "") return base.origin + (query === "" ? base.wholePath : base.path + query);
  const folder = base.path.slice(0, base.path.lastIndexOf("/") + 1);
  return base.origin + withoutDots(path.startsWith("/") ? path : folder + path) + query;
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/");
  for (const [index, segment] of segments.entries()) {
    if (segment === "..") {
      if (kept.length > 1) kept.pop(); // the first one is empty, before the first slash
    } else if (segment !== ".") {
      kept.push(segment);
      continue;
    }
    if (index === segments.length - 1) kept.push("");
  }
  return kept.join("/");
}
