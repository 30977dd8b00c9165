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
	MongoDB string   `env:"MONGODB_URI"` // its path names the database, zoufang without one
	S3      s3       `envPrefix:"S3_"`
	Bucket  string   `env:"S3_BUCKET" envDefault:"zoufang"`
	Backup  backupS3 `envPrefix:"BACKUP_S3_"`
}

// s3 is an object store and who asks it.
type s3 struct {
	Endpoint  string `env:"ENDPOINT"` // a URL
	Region    string `env:"REGION"`
	AccessKey string `env:"ACCESS_KEY"`
	SecretKey string `env:"SECRET_KEY"`
}

// backupS3 is where s3:// backups are, unless it is the object store of the media.
type backupS3 s3

// inUse reports whether the stores are these and not the data directory.
func (p *production) inUse() bool { return p.MongoDB != "" && p.S3.Endpoint != "" }

func (p *production) validate() error {
	if (p.MongoDB == "") != (p.S3.Endpoint == "") {
		return usagef("ZOUFANG_MONGODB_URI and ZOUFANG_S3_ENDPOINT go together; without both, everything is kept in --data")
	}
	return nil
}

func (o *s3) bucket(name string, now func() time.Time) minioblob.Config {
	return minioblob.Config{Endpoint: o.Endpoint, Region: o.Region, Bucket: name, AccessKey: o.AccessKey, SecretKey: o.SecretKey, Now: now}
}

// backupBucket is a bucket for backups.
func (p *production) backupBucket(name string, now func() time.Time) (minioblob.Config, error) {
	o := s3(p.Backup)
	if o.Endpoint == "" {
		o = p.S3
	}
	if o.Endpoint == "" {
		return minioblob.Config{}, usagef("ZOUFANG_BACKUP_S3_ENDPOINT, …_ACCESS_KEY and …_SECRET_KEY say where s3:// is; they are not set")
	}
	return o.bucket(name, now), nil
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
	blobs, err := minioblob.Open(ctx, c.Production.S3.bucket(c.Production.Bucket, c.now))
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
