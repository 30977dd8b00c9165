package hooks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

// sendTime is how long one delivery may take, its answer read.
const sendTime = 15 * time.Second

// delivery is the body of a POST.
type delivery struct {
	Hook     string            `json:"hook"`
	Delivery string            `json:"delivery"` // the same for the same page, however often it is sent
	Rows     []json.RawMessage `json:"rows"`     // {"row":…} or {"gone":…}, as GET /changes has them
	Next     string            `json:"next"`     // the place behind them, for GET /changes
	Again    bool              `json:"again,omitempty"`
}

// nameOf names the page that follows a place.
func nameOf(hook, after string) string {
	h := sha256.Sum256([]byte("zoufang-delivery-v1\n" + hook + "\n" + after))
	return hex.EncodeToString(h[:12])
}

// Sign gives the header Zoufang-Signature of a body sent at a time in Unix seconds.
func Sign(secret string, at int64, body []byte) string {
	t := strconv.FormatInt(at, 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// post sends a body and gives the status of the answer, 0 where there was none. What it
// says beside is read by nobody.
func (h *Hooks) post(ctx context.Context, t *task, body []byte) (status int) {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "zoufang-hooks/1")
	r.Header.Set("Zoufang-Signature", Sign(t.Secret, h.Now().Unix(), body))
	reply, err := h.client.Do(r)
	if err != nil {
		return 0
	}
	defer reply.Body.Close()
	io.CopyN(io.Discard, reply.Body, 64<<10) // so that the connection can be used again
	return reply.StatusCode
}

// newClient makes one that follows no redirects and goes only where a hook may.
func newClient() *http.Client {
	transport := func(scheme string) *http.Transport {
		d := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !reachable(at.Addr(), scheme) {
				return errors.New("hooks: no address for this")
			}
			return nil
		}}
		return &http.Transport{DialContext: d.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConns: 20, IdleConnTimeout: time.Minute,
			ResponseHeaderTimeout: 10 * time.Second, MaxResponseHeaderBytes: 32 << 10, ForceAttemptHTTP2: true}
	}
	return &http.Client{
		Transport:     schemes{"http": transport("http"), "https": transport("https")},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// schemes sends by the scheme of the address.
type schemes map[string]*http.Transport

func (s schemes) RoundTrip(r *http.Request) (*http.Response, error) {
	t := s[r.URL.Scheme]
	if t == nil {
		return nil, fmt.Errorf("hooks: no %s", r.URL.Scheme)
	}
	return t.RoundTrip(r)
}

// reachable reports whether a hook may go to an address: not to where a cloud tells its
// secrets (link-local), and without encryption only within a network of one's own.
func reachable(ip netip.Addr, scheme string) bool {
	ip = ip.Unmap()
	if !ip.IsValid() || ip.IsUnspecified() || ip.IsMulticast() || ip.IsLinkLocalUnicast() {
		return false
	}
	return scheme == "https" || ip.IsLoopback() || ip.IsPrivate()
}

// host is what of an address is told in the account log: what stands behind it may be a
// secret of the other system's.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
