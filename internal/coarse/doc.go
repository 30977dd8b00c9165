// Package coarse reads JPEG pictures at an eighth of their size: one pixel for each
// block of 8 × 8, from the block's mean alone (its DC coefficient).
//
// The standard library has no scaled decoding: a photo of 48 megapixels costs it
// 72 MB and a second and a half. Here it costs a pixel in 64, and no transform. A
// progressive file's scans of detail are passed over. Baseline, extended and
// progressive Huffman files of 8 bits are read, with 1, 3 or 4 components (grey,
// YCbCr, RGB, CMYK, YCCK) in any sampling. What it does is bounded by the bytes of
// the file: each block that is read costs at least one bit.
package coarse
