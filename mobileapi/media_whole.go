package mobileapi

import (
	"encoding/base64"
	"encoding/hex"
	"slices"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/storage"
)

// A medium that comes whole with its creation needs no upload to go on with: it
// is stored in one go. Its upload is known by the digest itself, which is longer
// than the random ids of others.
const (
	uploadID  = 16 // random bytes
	wholeSize = 32 // bytes of a digest
)

func wholeID(d zoufang.Digest) string {
	b, _ := hex.DecodeString(string(d))
	return base64.RawURLEncoding.EncodeToString(b)
}

func wholeOf(id string) (zoufang.Digest, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(id)
	return zoufang.Digest(hex.EncodeToString(b)), err == nil && len(b) == wholeSize
}

// put stores a whole medium that was let in and makes it known.
func (a *API) put(c *fiber.Ctx, u *storage.Upload, all storage.Part, let admission) (err error) {
	defer func() {
		if err != nil && let.charged {
			a.uncharge(c.UserContext(), *u, let.before)
		}
	}()
	if all.Sum != "" && all.Sum != u.Digest {
		return problem.Of(problem.Checksum) // one of the two cannot be right
	}
	body := fiberapp.Stream(c)
	if err := a.cfg.Blobs.Put(c.UserContext(), u.Digest, u.Size, body); err != nil {
		if body.Failed() {
			return problem.Of(problem.Timeout)
		}
		return uploadProblem(err)
	}
	epoch, at, err := a.arrive(c.UserContext(), *u, u.Device, let.charged)
	if err != nil {
		return err
	}
	setArrival(c, epoch, at)
	u.Offset, u.Done = u.Size, true
	return nil
}

// whole tells of a medium that came whole, to the user whose phone sent it.
func (a *API) whole(c *fiber.Ctx, d zoufang.Digest) (storage.Upload, caller, error) {
	who, err := a.sender(c, d)
	if err != nil {
		return storage.Upload{}, who, err
	}
	u := storage.Upload{ID: wholeID(d), Digest: d, User: who.User.ID, Device: who.Device.ID, Done: true,
		Expires: a.cfg.Clock().UnixMilli() + uploadLife.Milliseconds()}
	err = a.cfg.Records.View(c.UserContext(), func(v storage.View) error {
		m, err := v.Medium(d)
		if err != nil {
			return err
		}
		names, err := v.Names(d)
		if err != nil {
			return err
		}
		mine := slices.Contains(names.Devices, who.Device.ID)
		for _, id := range names.Devices {
			if mine {
				break
			}
			sent, err := v.Device(id)
			if err != nil {
				return err
			}
			mine = sent != nil && sent.User == who.User.ID
		}
		if m == nil || !mine {
			return problem.Of(problem.NotFound)
		}
		u.Type, u.Size, u.Offset = m.Type, m.Size, m.Size
		return nil
	})
	return u, who, err
}
