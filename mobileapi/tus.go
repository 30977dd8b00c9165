package mobileapi

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
)

// Headers and values of tus 1.0.
const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,creation-with-upload,checksum,expiration,termination"
	tusOctets     = "application/offset+octet-stream"

	headerTus      = "Tus-Resumable"
	headerLength   = "Upload-Length"
	headerOffset   = "Upload-Offset"
	headerMetadata = "Upload-Metadata"
	headerChecksum = "Upload-Checksum"
	headerExpires  = "Upload-Expires"
	headerOverride = "X-HTTP-Method-Override"
)

const maxMetadata = 4 << 10 // bytes of the header

// tus marks every reply and refuses another version.
func tus(c *fiber.Ctx) error {
	c.Set(headerTus, tusVersion)
	if c.Get(headerTus) != tusVersion {
		c.Set("Tus-Version", tusVersion)
		return problem.Of(problem.Version)
	}
	return c.Next()
}

// tusOptions tells what is spoken here, to anybody.
func (a *API) tusOptions(c *fiber.Ctx) error {
	c.Set(headerTus, tusVersion)
	c.Set("Tus-Version", tusVersion)
	c.Set("Tus-Extension", tusExtensions)
	c.Set("Tus-Max-Size", strconv.Itoa(maxMedium))
	c.Set("Tus-Checksum-Algorithm", "sha256")
	c.Status(fiber.StatusNoContent)
	return nil
}

// count reads a header that must be a plain decimal number.
func count(c *fiber.Ctx, header string) (int64, error) {
	s := c.Get(header)
	n, err := strconv.ParseUint(s, 10, 62)
	if err != nil || s[0] == '+' {
		return 0, problem.Of(problem.Metadata)
	}
	return int64(n), nil
}

// checksum reads the checksum of the part that is sent, "" where there is none.
func checksum(c *fiber.Ctx) (zoufang.Digest, error) {
	s := c.Get(headerChecksum)
	if s == "" {
		return "", nil
	}
	algorithm, value, _ := strings.Cut(s, " ")
	sum, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	if algorithm != "sha256" || err != nil || len(sum) != 32 {
		return "", problem.Of(problem.Metadata)
	}
	return zoufang.Digest(hex.EncodeToString(sum)), nil
}

// metadata reads what is to be uploaded: pairs of a name and the b64 of its
// value. Names that we don't know are passed over.
func metadata(header string) (zoufang.Digest, string, error) {
	if len(header) > maxMetadata {
		return "", "", problem.Of(problem.Metadata)
	}
	values := map[string]string{}
	for pair := range strings.SplitSeq(header, ",") {
		name, encoded, _ := strings.Cut(strings.TrimSpace(pair), " ")
		value, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
		if _, twice := values[name]; err != nil || twice {
			return "", "", problem.Of(problem.Metadata)
		}
		values[name] = string(value)
	}
	digest := zoufang.Digest(values["sha256"])
	if !digest.Valid() {
		return "", "", problem.Of(problem.Metadata)
	}
	if t := values["type"]; t == "" || len(t) > zoufang.MaxMediumType {
		return "", "", problem.Of(problem.Metadata)
	}
	kind, ok := zoufang.MediumType(values["type"])
	if !ok {
		return "", "", problem.Of(problem.Type)
	}
	return digest, kind, nil
}

// setMetadata tells an upload's metadata in the form it is sent in.
func setMetadata(c *fiber.Ctx, digest zoufang.Digest, kind string) {
	b64 := base64.StdEncoding.EncodeToString
	c.Set(headerMetadata, "sha256 "+b64([]byte(digest))+",type "+b64([]byte(kind)))
}

func setExpires(c *fiber.Ctx, at int64) {
	c.Set(headerExpires, time.UnixMilli(at).UTC().Format(http.TimeFormat))
}

// setArrival tells when a medium was known as stored.
func setArrival(c *fiber.Ctx, epoch string, at int64) {
	c.Set("Zoufang-Epoch", epoch)
	c.Set("Zoufang-Time", strconv.FormatInt(at, 10))
}
