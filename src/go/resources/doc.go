// Package resources has the standard resources of a plugin host: what a host installs, and what
// tests put in their place.
package resources
