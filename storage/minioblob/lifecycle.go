package minioblob

import (
	"context"
	"fmt"

	"github.com/minio/minio-go/v7/pkg/lifecycle"
)

const (
	// netDays is when the store itself takes what is left of an upload. It must
	// be more than uploads live (31 days for phones); Expire does the exact work.
	netDays = 35

	// partsDays is when the store takes the parts of an object that nobody
	// completes: they are written in one request, backups in some hours.
	partsDays = 7
)

func rules() []lifecycle.Rule {
	return []lifecycle.Rule{{
		ID: "zoufang-uploads", Status: "Enabled", RuleFilter: lifecycle.Filter{Prefix: uploadsPrefix},
		Expiration: lifecycle.Expiration{Days: netDays},
	}, {
		ID: "zoufang-probes", Status: "Enabled", RuleFilter: lifecycle.Filter{Prefix: probePrefix},
		Expiration: lifecycle.Expiration{Days: 1},
	}, {
		ID: "zoufang-parts", Status: "Enabled",
		AbortIncompleteMultipartUpload: lifecycle.AbortIncompleteMultipartUpload{DaysAfterInitiation: partsDays},
	}}
}

// setLifecycle adds what is missing of our rules to those of the bucket, which
// may have others. MinIO, which clears unfinished parts by itself after a day,
// takes no rule about them.
func (b *bucket) setLifecycle(ctx context.Context) error {
	have, missing, err := b.lifecycle(ctx)
	if err != nil || len(missing) == 0 {
		return err
	}
	timed, cancel := within(ctx, 0)
	defer cancel()
	next := &lifecycle.Configuration{Rules: append(have, missing...)}
	err = b.api.SetBucketLifecycle(timed, b.name, next)
	if err != nil && ctx.Err() == nil {
		if len(withoutParts(missing)) == 0 {
			return nil // it was refused before
		}
		next.Rules = withoutParts(next.Rules)
		err = b.api.SetBucketLifecycle(timed, b.name, next)
	}
	if err != nil {
		return fmt.Errorf("lifecycle rules: %w", failure(ctx, err))
	}
	return nil
}

// lifecycle gives the bucket's rules and which of ours are not among them, or
// are others than they should be (and then not among the first).
func (b *bucket) lifecycle(ctx context.Context) (have, missing []lifecycle.Rule, err error) {
	timed, cancel := within(ctx, 0)
	defer cancel()
	now, err := b.api.GetBucketLifecycle(timed, b.name)
	switch {
	case says(err, "NoSuchLifecycleConfiguration"):
		return nil, rules(), nil
	case err != nil:
		return nil, nil, fmt.Errorf("lifecycle rules: %w", failure(ctx, err))
	}
	have = now.Rules
	for _, want := range rules() {
		found := false
		for i, r := range have {
			if r.ID != want.ID {
				continue
			}
			if found = same(r, want); !found {
				have = append(have[:i:i], have[i+1:]...)
			}
			break
		}
		if !found {
			missing = append(missing, want)
		}
	}
	return have, missing, nil
}

func same(a, b lifecycle.Rule) bool {
	return a.Status == b.Status && a.RuleFilter.Prefix == b.RuleFilter.Prefix && a.Expiration.Days == b.Expiration.Days &&
		a.AbortIncompleteMultipartUpload.DaysAfterInitiation == b.AbortIncompleteMultipartUpload.DaysAfterInitiation
}

func withoutParts(rules []lifecycle.Rule) (out []lifecycle.Rule) {
	for _, r := range rules {
		if r.ID != "zoufang-parts" {
			out = append(out, r)
		}
	}
	return out
}
