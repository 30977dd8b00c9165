// Package content owns the public content that the program ships (forms, rules,
// the working-day calendar, departments), the format of their bodies, and the
// check that holds a body to it.
//
// It hands on documents with ids that follow from area, kind, name and version;
// whoever publishes them makes ordinary records of public kinds, which an office
// may change like any other. [Form], [Rule], [Calendar] and [Department] describe
// the formats.
//
// Which document is in force is for the reader to say: void ones, those not in
// effect on the day and those that cannot be read are left out; then the nearest
// area counts, then the higher version, then the larger record id. A visit names
// its form as name@version, and old versions stay, so that it can be read later.
// A shipped body that changes goes out under a higher version, for that reason.
//
// A question that is private is asked and filed like any other, but the text that
// a resident reads and signs leaves it out. Texts are Chinese; "en" beside a title
// ("en_hint" beside a hint, "en_unit" beside a unit) is its English, for screens
// alone: values, and what is signed, are the same in every language.
package content
