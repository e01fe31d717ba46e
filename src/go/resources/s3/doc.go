// Package s3 keeps blobs in a bucket of any service that speaks S3.
package s3
