// Package s3 keeps blobs in a bucket of any service that speaks S3. It is a module of its own, so
// that who does without S3 does without its libraries.
package s3
