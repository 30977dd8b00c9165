package mobileapi

import (
	"errors"
	"mime"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/storage"
)

// uploadLife is how long an unfinished upload is kept; phones are promised 30 days.
const uploadLife = 31 * 24 * time.Hour

// createUpload begins an upload, with its first bytes if they come along. It is
// the same for a medium already stored: nothing is revealed.
func (a *API) createUpload(c *fiber.Ctx) error {
	size, err := count(c, headerLength)
	if err != nil {
		return err
	}
	if size > maxMedium {
		c.Set("Tus-Max-Size", strconv.Itoa(maxMedium))
		return problem.Of(problem.TooLarge)
	}
	digest, kind, err := metadata(c.Get(headerMetadata))
	if err != nil {
		return err
	}
	var first *storage.Part
	if fiberapp.Stream(c).Length() != 0 {
		if first, err = part(c, 0, size); err != nil {
			return err
		}
	} else if size == 0 {
		first = &storage.Part{Body: fiberapp.Stream(c)} // complete as it is
	}
	who, err := a.sender(c, digest)
	if err != nil {
		return err
	}
	if err := a.room(); err != nil {
		return err
	}
	if _, err := fiberapp.Open(c, maxBlock); err != nil {
		return err
	}
	now := a.cfg.Clock().UnixMilli()
	u := storage.Upload{
		ID: zoufang.Token(uploadID), Digest: digest, Type: kind, Size: size,
		User: who.User.ID, Device: who.Device.ID,
		Created: now, Expires: now + uploadLife.Milliseconds(),
	}
	whole := size > 0 && int64(fiberapp.Stream(c).Length()) == size
	if whole {
		u.ID = wholeID(digest)
	}
	admitted, err := a.admit(c.UserContext(), u)
	if err != nil {
		return err
	}
	if whole {
		if err := a.put(c, &u, *first, admitted); err != nil {
			return err
		}
		return created(c, u)
	}
	if err := a.cfg.Blobs.Create(c.UserContext(), u); err != nil {
		a.uncharge(c.UserContext(), u, nil)
		return uploadProblem(err)
	}
	if first != nil {
		after, err := a.take(c, u, who, *first)
		if errors.Is(err, storage.ErrChunkChecksum) {
			// The phone never learns where this upload is: it begins another.
			if err := a.cfg.Blobs.Abort(c.UserContext(), u.ID); err != nil {
				return err
			}
			a.uncharge(c.UserContext(), u, nil)
		}
		if err != nil {
			return err
		}
		u = after
	}
	return created(c, u)
}

func created(c *fiber.Ctx, u storage.Upload) error {
	c.Location(prefix + "/media/uploads/" + u.ID)
	setExpires(c, u.Expires)
	c.Set(headerOffset, strconv.FormatInt(u.Offset, 10))
	c.Status(fiber.StatusCreated)
	return nil
}

// part reads the headers of the bytes that come with a request, to go on at
// offset.
func part(c *fiber.Ctx, offset, size int64) (*storage.Part, error) {
	body := fiberapp.Stream(c)
	if kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil || kind != tusOctets {
		return nil, problem.Of(problem.Type)
	}
	if int64(body.Length()) > size-offset {
		return nil, problem.Of(problem.TooLarge)
	}
	sum, err := checksum(c)
	if err != nil {
		return nil, err
	}
	return &storage.Part{Offset: offset, Sum: sum, Body: body}, nil
}

// take adds a part to an upload and, when that was the last, makes the medium
// known. What came before a connection died is kept.
func (a *API) take(c *fiber.Ctx, u storage.Upload, who caller, part storage.Part) (storage.Upload, error) {
	body := fiberapp.Stream(c)
	defer a.uploads.begin(u.ID, body)()
	after, err := a.cfg.Blobs.Append(c.UserContext(), u.ID, part)
	if err != nil && body.Failed() {
		return after, problem.Of(problem.Timeout) // heard by nobody, most likely
	}
	if errors.Is(err, storage.ErrChecksum) { // the upload is no more
		a.uncharge(c.UserContext(), u, nil)
	}
	if err != nil {
		return after, uploadProblem(err)
	}
	if after.Done {
		epoch, at, err := a.arrive(c.UserContext(), after, who.Device.ID, true)
		if err != nil {
			return after, err
		}
		setArrival(c, epoch, at)
	}
	return after, nil
}
