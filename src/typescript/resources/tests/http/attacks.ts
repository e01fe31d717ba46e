/** URLs and headers that must never reach the wire. `{host}` stands for one that could answer. */

import { OWN_HEADERS } from "../../src/http/headers.js";

const codes = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index));

const CONTROLS = [...codes(0, 0x1f), "\x7f", ...codes(0x80, 0x9f)];
const SPACES = Array.from(" \u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000");

const SCHEMES = [
  ...["file:///etc/passwd", "ftp://{host}/", "gopher://{host}/", "ws://{host}/", "wss://{host}/"],
  ...["unix:///tmp/s", "data:text/html,x", "javascript:alert(1)", "about:blank", "mailto:a@b"],
  ...["httpx://{host}/", "http+unix://{host}/", "ht tp://{host}/", "http//{host}/"],
  ...["http:/{host}/", "http:{host}/", "://{host}/", "//{host}/", "/{host}/", "{host}/", "", "."],
  ...["http", "http:", "http:/", "http://", "https://", "http:///x", "http://?x", "http://#x"],
  ...["http://:80/", "http://@/", "\thttp://{host}/", " http://{host}/", "url:http://{host}/"],
  ...["HTTP//{host}/", "hTTps:/{host}/", "1http://{host}/", "-http://{host}/"],
];

const HOSTS = [
  ...["127.1", "127.0.1", "0x7f000001", "0x7f.1", "2130706433", "017700000001", "0177.0.0.1"],
  ...["127.0.0.01", "127.0.0.256", "127.0.0.1.2", "1.2.3", "0", "0x", "256.256.256.256", "1e3.1"],
  ...["127.0.0.1.", "127.0.0.1..", "127\u30020\u30020\u30021", "\uff11\uff12\uff17.0.0.1"],
  ...[
    "ⓛocalhost",
    "loc\u00adalhost",
    "localhost\u200b",
    "xn--\u00e4",
    "ä.test",
    "a..test",
    ".test",
  ],
  ...["-a.test", "a.-test", "..", `${"a".repeat(64)}.test`, `${"a".repeat(60)}.`.repeat(5)],
  ...["a_b!.test", "a,b", "a;b", "a'b", 'a"b', "a(b", "a*b", "a+b", "a&b", "a=b", "a$b", "a~b"],
  ...["a%41", "%31%32%37.1", "a^b", "a`b", "a{b}", "a|b", "<a>", "[::1", "::1]", "[::1]x", "[]"],
  ...["[1]", "[::g]", "[::1%25lo]", "[::1%lo]", "[v1.a]", "[127.0.0.1]", "[::ffff:1.2.3.4.5]"],
  ...["[:::1]", "::1", "[[::1]]", "a[::1]", "user@", "@", "a@b@", "a:b@", "127.0.0.1:80:80"],
  ...["127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1:8 0"],
  ...["127.0.0.1:80a", "127.0.0.1:٨٠", "127.0.0.1:0x50", "127.0.0.1:99999999999999999999"],
  ...["u%zz@127.0.0.1", "u<@127.0.0.1", "u[@127.0.0.1", "u^:p@127.0.0.1"],
];

export const URLS: readonly string[] = [
  ...SCHEMES,
  ...CONTROLS.map((one) => `http://{host}/${one}x`),
  ...SPACES.map((one) => `http://{host}/?q=${one}`),
  ...["\r\n", "\n", "\t", "\0", " ", "\\", "\\@evil"].map((one) => `http://{host}${one}.test/`),
  ...HOSTS.map((one) => `http://${one}/`),
  ...["http://{host}\\.evil.test/", "http://{host}/\\..\\x", "http:\\\\{host}/"],
  ...["http://{host}/\ud800", "http://{host}/?\udfff", "http://{host}/%", "http://{host}/%z"],
  ...["http://{host}/%1", "http://{host}/?q=100%", `http://{host}/${"x".repeat(70_000)}`],
  ...["http://{host}/ HTTP/1.1\r\nX: y", "http://{host}/%0g", "http://{host}/\ufeff \n"],
];

export const NAMES: readonly string[] = [
  ...["", " ", "a b", "a:", ":a", "a\r\n", "a\r\nx", "\na", "a\0", "a\t", "é", "☺", "a(b)", "a,b"],
  ...["a/b", "a;b", "a<b", "a=b", "a>b", "a?b", "a@b", "a[b]", "a\\b", "a{b}", 'a"b', "\x7f"],
  ...["\u212a", "\ud800", ...OWN_HEADERS, "HOST", "Content-LENGTH", "Transfer-Encoding"],
];

export const VALUES: readonly string[] = [
  ...CONTROLS.filter((one) => one !== "\t").map((one) => `a${one}b`),
  ...["a\r\nx-admin: 1", "a\nb", "\r", "\n", "é", "☺", "\ud800", "a\u2028b", "a\x00"],
  ...["\u010d\u010a", "a\uff0db"],
];
