package desk

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"zoufang"
	"zoufang/internal/recovery"
	"zoufang/sync/intake"
)

// A receipt (回执) is the lines that somebody's decision wrote, sealed to the recovery
// keys: whoever decided keeps it until a backup has the lines, and can read nothing of
// it; after a restore from before they give it back. Its bytes, as b64: 1, then how many
// wraps, then each (the length of the key's id, the id, the wrapped content key), then
// the lines, each after its length, sealed under that key.

const (
	receiptLabel = "zoufang-receipt-v1"
	receiptKey   = 32
	receiptWraps = 3 // of the newest keys: the restored server may not know the newest yet
)

// Receipt seals what was made; "" where that is nothing.
func (d *Desk) Receipt(ctx context.Context, made *Made) (string, error) {
	if len(made.Lines) == 0 {
		return "", nil
	}
	keys, err := recovery.Keys(ctx, d.Accounts, d.Now())
	if err != nil {
		return "", err
	}
	content := make([]byte, receiptKey)
	rand.Read(content)
	keys = keys[:min(len(keys), receiptWraps)]
	out := []byte{1, byte(len(keys))}
	for _, k := range keys {
		wrapped, err := k.Wrap(content)
		if err != nil {
			return "", err
		}
		out = append(append(append(out, byte(len(k.ID))), k.ID...), wrapped...)
	}
	sealer, err := recovery.NewContent(content)
	if err != nil {
		return "", err
	}
	var lines bytes.Buffer
	for _, l := range made.Lines {
		lines.Write(binary.AppendUvarint(nil, uint64(len(l.Line))))
		lines.Write(l.Line)
	}
	return b64.EncodeToString(append(out, sealer.Seal(receiptLabel, lines.Bytes())...)), nil
}

// GiveBack has the lines of receipts judged again, in the order in which they were
// given: those that are known are answered so, all others as if their author sent them
// now. Only one's own are taken, since anybody can seal to the keys' public halves:
// Foreign, and nothing of any is stored.
func (d *Desk) GiveBack(ctx context.Context, u *zoufang.User, may Limits, receipts []string) ([]intake.Answer, error) {
	keys, err := recovery.Keys(ctx, d.Accounts, d.Now())
	if err != nil {
		return nil, err
	}
	var lines [][]byte
	for _, r := range receipts {
		opened, err := openReceipt(keys, r)
		if err != nil {
			return nil, refuse(Foreign)
		}
		for _, line := range opened {
			if c, fault := zoufang.ParseCommit(line); fault == nil && c.User != u.ID {
				return nil, refuse(Foreign)
			}
		}
		lines = append(lines, opened...)
	}
	var answers []intake.Answer
	for len(lines) > 0 {
		n, size := 0, 0
		for n < len(lines) && n < batchLines && (n == 0 || size+len(lines[n]) <= batchBytes) {
			size += len(lines[n])
			n++
		}
		some, err := d.push(ctx, atDesk(u, d.from), may, lines[:n])
		if err != nil {
			return nil, err
		}
		answers, lines = append(answers, some...), lines[n:]
	}
	return answers, nil
}

// Bounds of what is given back in one transaction.
const (
	batchLines = 100
	batchBytes = 512 << 10
)

// openReceipt gives the lines of a receipt.
func openReceipt(keys []recovery.Key, receipt string) ([][]byte, error) {
	bad := fmt.Errorf("no receipt of this installation")
	b, err := b64.DecodeString(receipt)
	if err != nil || len(b) < 2 || b[0] != 1 {
		return nil, bad
	}
	wraps, b := int(b[1]), b[2:]
	var content *recovery.Content
	for range wraps {
		if len(b) < 1 || len(b) < 1+int(b[0])+recovery.Wrapped {
			return nil, bad
		}
		id, rest := string(b[1:1+b[0]]), b[1+b[0]:]
		for _, k := range keys {
			if content == nil && k.ID == id {
				if content, err = k.Unwrap(rest[:recovery.Wrapped]); err != nil {
					content = nil
				}
			}
		}
		b = rest[recovery.Wrapped:]
	}
	if content == nil {
		return nil, bad
	}
	plain, err := content.Open(receiptLabel, b)
	if err != nil {
		return nil, bad
	}
	var lines [][]byte
	for len(plain) > 0 {
		n, k := binary.Uvarint(plain)
		if k <= 0 || n > uint64(len(plain)-k) || n > zoufang.MaxLine {
			return nil, bad
		}
		lines, plain = append(lines, plain[k:k+int(n)]), plain[k+int(n):]
	}
	return lines, nil
}
