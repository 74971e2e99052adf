internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage

/// Where something that is read lies.
package enum Place: Sendable {
    case path(FilePath)
    /// `http://…` or `https://…`.
    case address(String)

    /// As a person reads it.
    var shown: String {
        switch self {
        case .path(let path): path.shown
        case .address(let address): address.shown
        }
    }
}

/// The bytes at an address, at most `limit`; nil where the server says that there is nothing.
package typealias FetchAddress = (_ address: String, _ limit: Int) throws -> [UInt8]?
