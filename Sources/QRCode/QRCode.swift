internal import CLibqrencode

/// A QR code (ISO/IEC 18004), made by libqrencode.
package struct QRCode: Sendable {
    /// How many light modules must surround the code.
    private static let quietZone = 4

    /// How many modules a side has.
    package let width: Int
    /// Row by row from the top left; true for dark.
    package let modules: [Bool]

    /// Encodes bytes as they are, with medium error correction: 15 % of the code may be lost.
    ///
    /// - Returns: nil for no bytes, and for more than a code holds, which is 2,331.
    package init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, let count = Int32(exactly: bytes.count),
            let code = QRcode_encodeData(count, bytes, 0, QR_ECLEVEL_M)
        else { return nil }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        // The lowest bit of each byte is the module.
        modules = (0..<width * width).map { code.pointee.data[$0] & 1 == 1 }
    }

    /// The code as an SVG image, to be scaled at will; dark on white.
    ///
    /// - Parameter label: what it is, for those who cannot see it; must be safe in XML.
    package func svg(label: String) -> String {
        let side = width + 2 * QRCode.quietZone
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                let start = column
                while column < width, modules[row * width + column] { column += 1 }
                if column > start {
                    path +=
                        "M\(start + QRCode.quietZone),\(row + QRCode.quietZone)h\(column - start)v1H\(start + QRCode.quietZone)z"
                }
                column += 1
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges" \
            role="img" aria-label="\(label)"><rect width="\(side)" height="\(side)" fill="#fff"/>\
            <path d="\(path)" fill="#000"/></svg>
            """
    }
}
