// Package law holds the figures of the laws as data: how long a request may
// take, from which age a person consents alone, and which days are public
// holidays. It counts nothing itself; bot.Clock and bot.Ages do.
//
// It promises that a figure is never in the code, that each names the article
// it rests on, and that a faulty file is an error with its name and line: a
// deadline must not be guessed.
package law
