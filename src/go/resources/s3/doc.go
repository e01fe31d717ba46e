// Package s3 keeps blobs in a bucket of any service that speaks S3. It is a module of its own, so
// that who does without S3 does without its libraries.
//
//	store, err := s3.New(s3.Settings{Bucket: "reports", Endpoint: "https://s3.example.org"})
//	…
//	defer store.Close()
//	registry, err := resources.NewStandardRegistry(resources.StandardOptions{BlobStore: store})
//
// Credentials come from [Settings], or from where the tools of AWS look for them. No error, and no
// text of a [BlobStore] or of its [Settings], shows any.
package s3
