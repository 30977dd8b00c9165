package zoufang

import (
	"mime"
	"strings"
)

// MaxMediumType bounds a medium's MIME type, in bytes.
const MaxMediumType = 200

// IsPicture reports whether a MIME type is a picture's, by its name.
func IsPicture(kind string) bool { return strings.HasPrefix(kind, "image/") }

// MediumType gives the plain form of a MIME type, and whether media of that type
// are taken: photos and signatures, and recordings of any kind.
func MediumType(s string) (string, bool) {
	kind, params, err := mime.ParseMediaType(s)
	switch {
	case err != nil || len(s) > MaxMediumType:
		return "", false
	case kind == "image/jpeg", kind == "image/png", kind == "image/webp":
		return kind, true
	case strings.HasPrefix(kind, "audio/"):
		plain := mime.FormatMediaType(kind, params)
		return plain, plain != ""
	}
	return "", false
}
