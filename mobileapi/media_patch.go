package mobileapi

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
)

// patchUpload goes on with an upload.
func (a *API) patchUpload(c *fiber.Ctx) error {
	offset, err := count(c, headerOffset)
	if err != nil {
		return err
	}
	u, who, err := a.upload(c, c.Params("id"))
	if err != nil {
		return err
	}
	if offset != u.Offset {
		return problem.Of(problem.Offset)
	}
	if offset < u.Size {
		if err := a.room(); err != nil {
			return err
		}
	}
	more, err := part(c, offset, u.Size)
	if err != nil {
		return err
	}
	if _, whole := wholeOf(u.ID); !whole { // else it is at its end: there is nothing to add
		if _, err := fiberapp.Open(c, maxBlock); err != nil {
			return err
		}
		if u, err = a.take(c, u, who, *more); err != nil {
			return err
		}
	}
	c.Set(headerOffset, strconv.FormatInt(u.Offset, 10))
	setExpires(c, u.Expires)
	c.Status(fiber.StatusNoContent)
	return nil
}

// headUpload tells how an upload stands. Of one that is finished it makes sure
// that the medium is known: the process may have died between the two.
func (a *API) headUpload(c *fiber.Ctx) error {
	u, who, err := a.upload(c, c.Params("id"))
	if err != nil {
		return err
	}
	if u.Done {
		epoch, at, err := a.arrive(c.UserContext(), u, who.Device.ID, true)
		if err != nil {
			return err
		}
		setArrival(c, epoch, at)
	}
	c.Set(headerOffset, strconv.FormatInt(u.Offset, 10))
	c.Set(headerLength, strconv.FormatInt(u.Size, 10))
	setMetadata(c, u.Digest, u.Type)
	setExpires(c, u.Expires)
	return nil
}

// deleteUpload forgets an upload. A medium it has become stays.
func (a *API) deleteUpload(c *fiber.Ctx) error {
	u, _, err := a.upload(c, c.Params("id"))
	if err != nil {
		return err
	}
	if _, whole := wholeOf(u.ID); !whole {
		if err := a.cfg.Blobs.Abort(c.UserContext(), u.ID); err != nil {
			return uploadProblem(err)
		}
		a.uncharge(c.UserContext(), u, nil)
	}
	c.Status(fiber.StatusNoContent)
	return nil
}

// overridden serves clients that can send GET and POST alone.
func (a *API) overridden(c *fiber.Ctx) error {
	switch strings.ToUpper(c.Get(headerOverride)) {
	case fiber.MethodPatch:
		return a.patchUpload(c)
	case fiber.MethodHead:
		return a.headUpload(c)
	case fiber.MethodDelete:
		return a.deleteUpload(c)
	}
	return problem.Of(problem.Method)
}
