package main

import (
	"context"
	"fmt"
	"time"

	"zoufang/internal/seal"
	"zoufang/storage/minioblob"
	"zoufang/storage/mongostore"
)

// production names the stores of a service that runs in several copies. All of it
// comes from the environment alone: a command line is read by everybody on the
// machine.
type production struct {
	MongoDB     string `env:"MONGODB_URI"` // its path names the database, zoufang without one
	S3Endpoint  string `env:"S3_ENDPOINT"` // a URL
	S3Region    string `env:"S3_REGION"`
	S3Bucket    string `env:"S3_BUCKET" envDefault:"zoufang"`
	S3AccessKey string `env:"S3_ACCESS_KEY"`
	S3SecretKey string `env:"S3_SECRET_KEY"`
}

// inUse reports whether the stores are these and not the data directory.
func (p *production) inUse() bool { return p.MongoDB != "" && p.S3Endpoint != "" }

func (p *production) validate() error {
	if (p.MongoDB == "") != (p.S3Endpoint == "") {
		return usagef("ZOUFANG_MONGODB_URI and ZOUFANG_S3_ENDPOINT go together; without both, everything is kept in --data")
	}
	return nil
}

// bucket is the bucket of the media, or another for the same keys.
func (p *production) bucket(name string, now func() time.Time) minioblob.Config {
	return minioblob.Config{
		Endpoint: p.S3Endpoint, Region: p.S3Region, Bucket: name, AccessKey: p.S3AccessKey, SecretKey: p.S3SecretKey, Now: now}
}

// keyring is where the bucket keeps the keyring unless --keys names a file. The
// database then holds what is sealed and the object store what opens it.
const keyring = "keys/seal.json"

// filling opens for a command that fills the store, also where one did not end.
func (c *call) filling(ctx context.Context) (*store, error) {
	if c.Production.inUse() {
		return c.openProduction(ctx, c.now, mongostore.ToLoad())
	}
	return c.writing(ctx)
}

// openProduction opens the stores in MongoDB and the bucket.
func (c *call) openProduction(ctx context.Context, now func() time.Time, options ...mongostore.Option) (*store, error) {
	blobs, err := minioblob.Open(ctx, c.Production.bucket(c.Production.S3Bucket, c.now))
	if err != nil {
		return nil, err
	}
	s := &store{blobs: blobs}
	if s.keys, err = c.sharedKeys(ctx, blobs); err != nil {
		return nil, fmt.Errorf("the keyring: %w", err)
	}
	s.engine, err = mongostore.Open(ctx, c.Production.MongoDB, s.keys, append(options, mongostore.WithClock(now))...)
	return s, err
}

func (c *call) sharedKeys(ctx context.Context, blobs *minioblob.Store) (*seal.Ring, error) {
	if c.Keys != "" {
		return seal.Open(c.Keys)
	}
	files, err := blobs.Files("")
	if err != nil {
		return nil, err
	}
	return seal.OpenIn(ctx, files.Cell(keyring))
}
