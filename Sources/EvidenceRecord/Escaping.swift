extension String {
    /// The text with code points exchanged, whatever stands behind them.
    ///
    /// Swift compares characters: a quotation mark with a combining accent is none to `replacing`. To a browser, a spreadsheet
    /// or a shell it is one, and ends what it stands in.
    package func exchanging(_ exchanges: [Unicode.Scalar: String]) -> String {
        guard unicodeScalars.contains(where: { exchanges[$0] != nil }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if let other = exchanges[scalar] { result += other } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    /// The text as a shell takes it for one word, made safe to show.
    package var shellWord: String {
        let word = shown
        let isPlain = word.unicodeScalars.allSatisfy { scalar in
            !scalar.isASCII || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "/._-+@%,:=".unicodeScalars.contains(scalar)
        }
        return isPlain && !word.isEmpty ? word : "'" + word.exchanging(["'": "'\\''"]) + "'"
    }
}
