package s3

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

// read reads an object. The SDK repeats all but an answer that breaks off, so that is done here, in
// the same way and from the same number of attempts. The error is a brokenBody if the last answer
// broke off.
func (s *BlobStore) read(ctx context.Context, path string) ([]byte, error) {
	pauses := retry.NewExponentialJitterBackoff(s.settings.MaxBackoff)
	for attempts := 0; ; {
		data, made, err := s.readOnce(ctx, path, s.settings.MaxRetries+1-attempts)
		attempts += made
		if !errors.As(err, new(*brokenBody)) || attempts > s.settings.MaxRetries {
			return data, err
		}
		pause, failure := pauses.BackoffDelay(attempts, err)
		if failure != nil {
			return nil, failure
		}
		if failure := sleep(ctx, pause); failure != nil {
			return nil, failure
		}
	}
}

// readOnce asks for an object at most so often, and reads the answer. It returns how often it asked.
func (s *BlobStore) readOnce(ctx context.Context, path string, most int) (data []byte, made int, err error) {
	answer, err := s.client.GetObject(
		ctx, &awss3.GetObjectInput{Bucket: &s.settings.Bucket, Key: &path},
		func(o *awss3.Options) { o.Retryer = retry.AddWithMaxAttempts(o.Retryer, most) },
	)
	if err != nil {
		return nil, most, err
	}
	defer func() { _ = answer.Body.Close() }()
	tried, _ := retry.GetAttemptResults(answer.ResultMetadata)
	made = max(len(tried.Results), 1)
	data, err = io.ReadAll(answer.Body)
	if err != nil {
		return nil, made, &brokenBody{err}
	}
	return data, made, nil
}

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
