// SPDX-License-Identifier: Apache-2.0

public import Bitfount
import Foundation
import Glibc

/// Whether the files of a dataset are there and can be read (bitfount-protocol.md, 6.1).
public struct DatasetSource: Codable, Sendable, Equatable {
    /// What is wrong, by the names that the SDK uses.
    public enum Fault: String, Codable, Sendable {
        /// A file is not there.
        case pathNotFound = "PATH_NOT_FOUND"
        /// The agent's account may not read a file.
        case permissionDenied = "PERMISSION_DENIED"
        /// A file has no content.
        case emptyFile = "EMPTY_FILE"
        /// A file can't be read for another reason.
        case osError = "OS_ERROR"
        /// The file system does not answer.
        case checkTimeout = "CHECK_TIMEOUT"
        /// Nobody looked yet.
        case checkPending = "CHECK_PENDING"

        /// What people are told. The Hub shows it to others, so there is no path in it.
        public var explanation: String {
            switch self {
            case .pathNotFound: "a file of the dataset is not there"
            case .permissionDenied: "the agent may not read a file of the dataset"
            case .emptyFile: "a file of the dataset is empty"
            case .osError: "a file of the dataset can't be read"
            case .checkTimeout: "the file system of the dataset does not answer"
            case .checkPending: "the files of the dataset are being looked at"
            }
        }
    }

    /// Whether they can be read.
    public var status: DatasourceHealth.Status
    /// Why not.
    public var fault: Fault?

    /// The result of looking.
    init(_ fault: Fault?) {
        self.fault = fault
        status =
            switch fault {
            case nil: .healthy
            case .checkTimeout, .checkPending: .unknown
            case .pathNotFound, .permissionDenied, .emptyFile, .osError: .unhealthy
            }
    }

    /// Nobody looked yet.
    static let pending = DatasetSource(.checkPending)

    /// What the Hub is told.
    func report(name: String) -> DatasourceHealth {
        DatasourceHealth(name: name, status: status, errorCode: fault?.rawValue, message: fault?.explanation)
    }
}

extension DatasetSource {
    /// Opens each file and reads its first byte. Takes as long as the file system does.
    init(reading files: [URL]) {
        self.init(files.lazy.compactMap(Self.fault).first)
    }

    private static func fault(of file: URL) -> Fault? {
        // A named pipe in the file's place must not hang the call.
        let descriptor = open(file.path(percentEncoded: false), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return Fault(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return Fault(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .osError }
        var byte: UInt8 = 0
        switch read(descriptor, &byte, 1) {
        case 1: return nil
        case 0: return .emptyFile
        default: return Fault(errno)
        }
    }
}

extension DatasetSource.Fault {
    /// What a failed call of the operating system means.
    init(_ number: Int32) {
        self =
            switch number {
            case ENOENT, ENOTDIR: .pathNotFound
            case EACCES, EPERM: .permissionDenied
            default: .osError
            }
    }
}
