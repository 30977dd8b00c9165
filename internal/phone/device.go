package phone

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// Enrol makes the phone a device of the user the code was handed out for. Asking again after a lost reply is safe. A phone
// that had been enrolled before keeps its key and all it holds; its commits are counted anew for the new device.
func (p *Phone) Enrol(ctx context.Context, code, name string) error {
	public, err := p.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return fmt.Errorf("public key: %w", err)
	}
	question := map[string]any{
		"code": code, "name": name, "platform": "simulated", "app": version,
		"key": map[string]string{"kty": "EC", "crv": "P-256",
			"x": b64.EncodeToString(public[1:33]), "y": b64.EncodeToString(public[33:])},
	}
	var said struct {
		Device string
		User   User
		Areas  []string
		Epoch  string
		Time   int64
	}
	if err := p.ask(ctx, request{method: http.MethodPost, path: "/enrol", open: true}, question, &said); err != nil {
		return err
	}
	if said.Device == "" || said.Epoch == "" || said.User.ID == "" {
		return fmt.Errorf("%w: an enrolment without device, user or epoch", ErrReply)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if said.Device != p.device {
		p.n, p.prev, p.token = 0, "", ""
	}
	p.device, p.user, p.areas, p.heard = said.Device, said.User, slices.Clone(said.Areas), said.Time
	if p.epoch != "" && p.epoch != said.Epoch {
		p.startOver(said.Epoch)
	}
	p.epoch = said.Epoch
	return nil
}

// Challenge asks for a nonce to sign.
func (p *Phone) Challenge(ctx context.Context) (string, error) {
	device := p.Device()
	if device == "" {
		return "", errors.New("phone is not enrolled")
	}
	var said struct {
		Nonce string
		Time  int64
	}
	r := request{method: http.MethodPost, path: "/challenge", open: true}
	if err := p.ask(ctx, r, map[string]string{"device": device}, &said); err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hear(said.Time)
	return said.Nonce, nil
}

// Token proves that the phone holds the key and returns a new token. Nothing needs to call it: the phone asks for a token
// when it has none and when the server says that it is no longer good; its own clock takes no part.
func (p *Phone) Token(ctx context.Context) (string, error) {
	nonce, err := p.Challenge(ctx)
	if err != nil {
		return "", err
	}
	device := p.Device()
	sig, err := p.Sign(TokenText(device, nonce))
	if err != nil {
		return "", err
	}
	var said struct{ Token string }
	r := request{method: http.MethodPost, path: "/token", open: true}
	if err := p.ask(ctx, r, map[string]string{"device": device, "nonce": nonce, "sig": sig}, &said); err != nil {
		return "", err
	}
	if said.Token == "" {
		return "", fmt.Errorf("%w: no token", ErrReply)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.token = said.Token
	return said.Token, nil
}

// TokenText is what a phone signs to get a token.
func TokenText(device, nonce string) string { return "zoufang-token-v1\n" + device + "\n" + nonce }

// Sign returns the 64-byte ES256 signature over text in base64url.
func (p *Phone) Sign(text string) (string, error) {
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, p.key, digest[:])
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	sig := make([]byte, 64)
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:])
	return b64.EncodeToString(sig), nil
}

func (p *Phone) currentToken(ctx context.Context) (string, error) {
	p.mu.Lock()
	token := p.token
	p.mu.Unlock()
	if token != "" {
		return token, nil
	}
	return p.Token(ctx)
}

// dropToken forgets a token that was refused, unless another call has already got a new one.
func (p *Phone) dropToken(refused string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.token == refused {
		p.token = ""
	}
}

// hear notes the time a reply named; the next commits name it in turn.
func (p *Phone) hear(time int64) {
	if time > 0 {
		p.heard = time
	}
}
