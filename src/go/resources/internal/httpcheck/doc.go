// Package httpcheck says what may be sent by HTTP: which URLs, which headers, which values as JSON.
// Everything is checked here before anything else sees it.
//
// All functions are pure and safe for concurrent use.
package httpcheck
