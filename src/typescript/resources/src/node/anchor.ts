/**
 * Names inside an open folder, for a language whose file system calls take paths only.
 *
 * @packageDocumentation
 */

import { existsSync } from "node:fs";
import { getSystemErrorMap } from "node:util";

/** Where Linux shows the open files of a process as links that lead to just them. */
const DESCRIPTORS = "/proc/self/fd";

/** Whether `anchorOf` leads through descriptors. */
export const hasDescriptors = process.platform === "linux" && existsSync(DESCRIPTORS);

/**
 * Return the path before a slash and a name that stands for that name in an open folder.
 *
 * On Linux it leads through the descriptor, so it means the folder itself, wherever it has been
 * moved and whatever has taken its name. Elsewhere it is the folder's path, which somebody could
 * make lead to another place between two calls.
 */
export function anchorOf(descriptor: number, path: string): string {
  return hasDescriptors ? `${DESCRIPTORS}/${descriptor}` : path;
}

/** An error of the operating system. */
export type SystemError = NodeJS.ErrnoException;

/** Whether an error is one of the operating system, with one of these codes if any are given. */
export function isSystemError(error: unknown, ...codes: string[]): error is SystemError {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return false;
  return codes.length === 0 || codes.includes(String(error.code));
}

/** What an error of the operating system says, without the paths. */
export function detailOf(error: SystemError): string {
  return getSystemErrorMap().get(error.errno ?? 0)?.[1] ?? error.message;
}

/** Make an error like one of the operating system. */
export function systemError(code: string, message: string): SystemError {
  return Object.assign(new Error(message), { code, syscall: "open" });
}
