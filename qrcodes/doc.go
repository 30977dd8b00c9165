// Package qrcodes owns QR symbols and the paper around them: the text a code carries
// goes in, a picture of it or a PDF of what people are handed comes out. It is the
// one home of the symbol library, of the PDF library and of the typeface that is
// printed with. Posters, leaflets and cards will live here too.
package qrcodes
