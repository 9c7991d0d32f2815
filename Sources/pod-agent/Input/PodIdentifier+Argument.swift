import ArgumentParser
import Bitfount

extension PodIdentifier: ExpressibleByArgument {
    /// Reads `owner/name`.
    public init?(argument: String) {
        try? self.init(argument)
    }
}
