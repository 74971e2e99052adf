package import SystemPackage

/// Where something that is read lies.
package enum Place: Sendable {
    case path(FilePath)
    /// `http://…` or `https://…`.
    case address(String)
}

/// The bytes at an address, at most `limit`; nil where the server says that there is nothing.
package typealias FetchAddress = (_ address: String, _ limit: Int) throws -> [UInt8]?
