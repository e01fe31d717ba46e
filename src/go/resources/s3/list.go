package s3

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"go.dagstack.dev/resources/internal/blobkey"
)

// List returns every key that starts with prefix, in the order of the UTF-8 bytes; see
// [contracts.BlobStore].
func (s *BlobStore) List(ctx context.Context, prefix string) ([]string, error) {
	if err := s.refusal(); err != nil {
		return nil, err
	}
	keys := []string{}
	if !blobkey.CanStart(prefix) {
		return keys, ctx.Err()
	}
	err := s.run(ctx, "list", func(ctx context.Context) error {
		pages := awss3.NewListObjectsV2Paginator(s.client, &awss3.ListObjectsV2Input{
			Bucket: &s.settings.Bucket,
			Prefix: aws.String(s.settings.Prefix + prefix),
			// XML cannot write every character that a key may have.
			EncodingType: types.EncodingTypeUrl,
		}, func(o *awss3.ListObjectsV2PaginatorOptions) { o.StopOnDuplicateToken = true })
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			if keys, err = s.appendKeys(keys, page, prefix); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(keys) // not every service does
	return slices.Compact(keys), nil
}

// appendKeys adds the keys of blobs on a page; objects that are none are left out.
func (s *BlobStore) appendKeys(keys []string, page *awss3.ListObjectsV2Output, prefix string) ([]string, error) {
	for _, object := range page.Contents {
		path := aws.ToString(object.Key)
		if page.EncodingType == types.EncodingTypeUrl {
			var err error
			if path, err = url.QueryUnescape(path); err != nil {
				return nil, err
			}
		}
		key, own := strings.CutPrefix(path, s.settings.Prefix)
		if own && strings.HasPrefix(key, prefix) && blobkey.Check("key", key) == nil {
			keys = append(keys, key)
		}
	}
	return keys, nil
}
