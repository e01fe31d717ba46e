package httpcheck

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.dagstack.dev/contracts"
)

const (
	maxURL  = 65_536
	maxName = 253
	maxPort = 65_535

	pathMarks = "-._~!$&'()*+,;=:@/?[]"
	userMarks = "-._~!$&'()*+,;=:"
)

// Target is a URL that may be requested, in parts. It does not change.
type Target struct {
	// Scheme is http or https.
	Scheme string
	// Authority is the host, with its port if that is not the scheme's own.
	Authority string
	// Host is the host in lower case; an IPv6 address has no brackets.
	Host string
	// Port is the number of the port, also where the URL has none.
	Port int
	// Path is the path, percent-encoded; at least a slash.
	Path string
	// Query is the query with its question mark, percent-encoded; empty if there is none.
	Query string
	// Authorization is the header that user and password of the URL stand for, or else empty.
	Authorization string

	user *url.Userinfo
}

// Text returns the URL without user, password and fragment.
func (t *Target) Text() string {
	return t.Scheme + "://" + t.Authority + t.Path + t.Query
}

// Shown returns the URL for messages: also without the query, which may be secret.
func (t *Target) Shown() string {
	return t.Scheme + "://" + t.Authority + t.Path
}

// User returns user and password of the URL, or nil if there are none.
func (t *Target) User() *url.Userinfo {
	return t.user
}

// SameOrigin tells whether credentials for one of the two may be seen by the other.
func (t *Target) SameOrigin(other *Target) bool {
	return t.Scheme == other.Scheme && t.Host == other.Host && t.Port == other.Port
}

// URL returns the URL as [net/http] takes it, without user, password and fragment.
func (t *Target) URL() *url.URL {
	path, err := url.PathUnescape(t.Path)
	if err != nil { // every percent sign was checked
		panic(err)
	}
	return &url.URL{
		Scheme:     t.Scheme,
		Host:       t.Authority,
		Path:       path,
		RawPath:    t.Path,
		RawQuery:   strings.TrimPrefix(t.Query, "?"),
		ForceQuery: t.Query == "?",
	}
}

// ParseURL checks a URL and takes it apart.
//
// What is not ASCII in the path and the query is percent-encoded as UTF-8. All that two parsers
// might read in two ways is refused: spaces, backslashes, control characters, numeric hosts that
// are no dotted IPv4 address, host names that are not ASCII.
//
// It returns [contracts.InvalidURLError] if it is not an absolute http or https URL.
func ParseURL(text string) (*Target, error) {
	target, reason := parse(text)
	if reason != "" {
		return nil, &contracts.InvalidURLError{Argument: "url", Reason: reason}
	}
	return target, nil
}

// parse returns the parts of a URL, or the reason why it is refused.
func parse(text string) (*Target, string) {
	if reason := unsendable(text); reason != "" {
		return nil, reason
	}
	scheme, rest, found := strings.Cut(text, "://")
	if !found || scheme == "" || !consistsOf(scheme, isLetter) {
		return nil, "it does not begin with http:// or https:// and a host"
	}
	rest, _, _ = strings.Cut(rest, "#")
	place, path, query := rest, "", ""
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		place, path = rest[:end], rest[end:]
	}
	if start := strings.IndexByte(path, '?'); start >= 0 {
		path, query = path[:start], path[start:]
	}
	if path == "" {
		path = "/"
	}
	user, hasUser := "", false
	if at := strings.LastIndexByte(place, '@'); at >= 0 {
		user, place, hasUser = place[:at], place[at+1:], true
	}
	target := &Target{Scheme: strings.ToLower(scheme)}
	if reason := target.setOrigin(place); reason != "" {
		return nil, reason
	}
	if hasUser {
		if barePercent(user) || !consistsOf(user, isUserByte) {
			return nil, "user or password hold what must be percent-encoded there"
		}
		target.setUser(user)
	}
	if barePercent(path) || barePercent(query) {
		return nil, "a % in it is not followed by two hexadecimal digits"
	}
	target.Path, target.Query = quoted(path), quoted(query)
	return target, ""
}

// unsendable says what a URL holds that none may hold.
func unsendable(text string) string {
	if len(text) > maxURL && utf8.RuneCountInString(text) > maxURL {
		return fmt.Sprintf("it is longer than %d characters", maxURL)
	}
	position := 0
	for at, c := range text {
		if c == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[at:]); size == 1 {
				return fmt.Sprintf("it holds bytes that are not UTF-8 at position %d", position)
			}
		}
		if c <= ' ' || 0x7f <= c && c <= 0x9f || c == '\\' || unicode.IsSpace(c) {
			return fmt.Sprintf("it holds %s at position %d", quotedRune(c), position)
		}
		position++
	}
	return ""
}

// setOrigin checks host and port, and fills them in; it returns the reason of a refusal.
func (t *Target) setOrigin(place string) string {
	var own int
	switch t.Scheme {
	case "http":
		own = 80
	case "https":
		own = 443
	default:
		return "its scheme is " + t.Scheme + ", not http or https"
	}
	var digits, reason string
	if inside, bracketed := strings.CutPrefix(place, "["); bracketed {
		inside, rest, closed := strings.Cut(inside, "]")
		if !closed || rest != "" && rest[0] != ':' {
			return "its host is no IPv6 address in brackets"
		}
		digits = strings.TrimPrefix(rest, ":")
		t.Host, reason = ipv6(inside)
		t.Authority = "[" + t.Host + "]"
	} else {
		place, digits, _ = strings.Cut(place, ":")
		t.Host, reason = hostName(place)
		t.Authority = t.Host
	}
	if reason != "" {
		return reason
	}
	t.Port = own
	if digits != "" {
		port, ok := portNumber(digits)
		if !ok {
			return fmt.Sprintf("its port is not a number from 1 to %d", maxPort)
		}
		t.Port = port
	}
	if t.Port != own {
		t.Authority += ":" + strconv.Itoa(t.Port)
	}
	return ""
}

func ipv6(text string) (host, reason string) {
	if strings.Contains(text, "%") {
		return "", "the IPv6 address of its host has a zone"
	}
	address, err := netip.ParseAddr(text)
	if err != nil || !address.Is6() {
		return "", "its host is no IPv6 address in brackets"
	}
	return address.String(), ""
}

func hostName(text string) (host, reason string) {
	if text == "" {
		return "", "it has no host"
	}
	if !isASCII(text) {
		return "", "its host is not ASCII: write it in its xn-- form"
	}
	labels := strings.Split(strings.TrimSuffix(text, "."), ".")
	for _, label := range labels {
		fits := 1 <= len(label) && len(label) <= 63 && label[0] != '-'
		if len(text) > maxName || !fits || !consistsOf(label, isNameByte) {
			return "", "its host is no name as DNS has them"
		}
	}
	if looksNumeric(labels[len(labels)-1]) {
		// Resolvers read 127.1, 0x7f.1 and 2130706433 as addresses; who filters by text does not.
		if address, err := netip.ParseAddr(text); err != nil || !address.Is4() {
			return "", "its host ends in a number and is no IPv4 address"
		}
	}
	return strings.ToLower(text), ""
}

func looksNumeric(label string) bool {
	if rest, found := strings.CutPrefix(strings.ToLower(label), "0x"); found {
		return consistsOf(rest, isHex)
	}
	return consistsOf(label, isDigit)
}

func portNumber(digits string) (int, bool) {
	if !consistsOf(digits, isDigit) || len(digits) > 5 {
		return 0, false
	}
	port, err := strconv.Atoi(digits)
	return port, err == nil && 1 <= port && port <= maxPort
}

// setUser fills in the header that user and password stand for.
func (t *Target) setUser(text string) {
	name, password, _ := strings.Cut(text, ":")
	name, password = unquoted(name), unquoted(password)
	t.user = url.UserPassword(name, password)
	t.Authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

func unquoted(text string) string {
	plain, err := url.PathUnescape(text)
	if err != nil { // every percent sign was checked
		panic(err)
	}
	return plain
}

// quoted percent-encodes what may not stand in a path or a query; percent signs stay.
func quoted(part string) string {
	if consistsOf(part, isPathByte) {
		return part
	}
	var text strings.Builder
	for i := range len(part) {
		if isPathByte(part[i]) {
			text.WriteByte(part[i])
		} else {
			fmt.Fprintf(&text, "%%%02X", part[i])
		}
	}
	return text.String()
}

func barePercent(text string) bool {
	for i := range len(text) {
		if text[i] == '%' && (i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2])) {
			return true
		}
	}
	return false
}
