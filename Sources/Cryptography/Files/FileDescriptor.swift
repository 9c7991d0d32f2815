import Glibc

/// An open file, closed when the value ends.
struct FileDescriptor: ~Copyable {
    let number: Int32

    /// Takes over what a call such as `open` returned; `nil` if it failed.
    init?(adopting number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Kind, owner and permissions.
    func status() -> stat? {
        var status = stat()
        return fstat(number, &status) == 0 ? status : nil
    }

    /// Reads until the buffer is full or the file ends, and returns how much was read; `nil` on failure.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        var filled = 0
        while filled < buffer.count, let start = buffer.baseAddress {
            let count = Glibc.read(number, start + filled, buffer.count - filled)
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                return nil
            }
        }
        return filled
    }

    /// Writes all bytes; `false` on failure.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var written = 0
        while written < bytes.count, let start = bytes.baseAddress {
            let count = Glibc.write(number, start + written, bytes.count - written)
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
