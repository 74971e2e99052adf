extension FixedWidthInteger {
    /// Adds a size that came from outside; a sum that is too large becomes the largest number there is.
    ///
    /// Records may declare any size and sparse files have any, so that two of them can be more than an integer holds. Only for
    /// what is shown or compared.
    package mutating func add(clamping other: some BinaryInteger) {
        let (sum, overflow) = addingReportingOverflow(Self(clamping: other))
        self = overflow ? (other < 0 ? .min : .max) : sum
    }
}
