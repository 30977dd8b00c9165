package minioblob

import (
	"context"
	"errors"
	"fmt"

	"zoufang/storage"
)

const maxSmall = 1 << 20 // bytes of a file that is read and written whole

// Create stores a small file unless there is one: storage.ErrTaken.
func (f *Files) Create(ctx context.Context, name string, data []byte) error {
	_, err := f.replace(ctx, name, data, condition{absent: true})
	return err
}

// Read gives a small file and its etag, or storage.ErrNotFound.
func (f *Files) Read(ctx context.Context, name string) (data []byte, etag string, err error) {
	if err := checkName(name); err != nil {
		return nil, "", err
	}
	data, info, err := f.get(ctx, f.prefix+name, maxSmall)
	if err != nil {
		return nil, "", fmt.Errorf("read file: %w", err)
	}
	return data, info.ETag, nil
}

// Replace stores a small file in place of the one with that etag, and gives the
// new one's. storage.ErrTaken: it has changed, or is gone.
func (f *Files) Replace(ctx context.Context, name string, data []byte, etag string) (string, error) {
	if etag == "" {
		return "", fmt.Errorf("replace file: %w", storage.ErrTaken)
	}
	return f.replace(ctx, name, data, condition{etag: etag})
}

func (f *Files) replace(ctx context.Context, name string, data []byte, when condition) (etag string, err error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	if len(data) > maxSmall {
		return "", fmt.Errorf("write file: over %d bytes", maxSmall)
	}
	etag, err = f.put(ctx, f.prefix+name, data, when, nil)
	if errors.Is(err, errConflict) || errors.Is(err, storage.ErrNotFound) {
		// The first of several tries may have done it, its reply lost. Who finds
		// its own bytes there has what it wanted.
		now, info, looked := f.get(ctx, f.prefix+name, maxSmall)
		switch {
		case looked == nil && string(now) == string(data):
			return info.ETag, nil
		case looked != nil && !errors.Is(looked, storage.ErrNotFound):
			err = looked
		default:
			err = storage.ErrTaken
		}
	}
	if err != nil {
		return "", fmt.Errorf("write file: %w", err)
	}
	return etag, nil
}
