internal import ArgumentParser
internal import EvidenceServices
internal import EvidenceWeb

/// A path as the person typed it, byte by byte, or the address of something on the web.
struct PlaceArgument: ExpressibleByArgument, Sendable {
    let place: Place

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        place = WebClient.isAddress(argument) ? .address(argument) : .path(RawArguments.path(argument))
    }

    static var defaultCompletionKind: CompletionKind { .file() }
}
