import CLinux
import Foundation
import Testing

@testable import dicomviewfs

@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct ExtendedAttributeTests {
    private func value(_ path: String, _ name: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = getxattr(path, name, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    private func list(_ path: String) -> [String] {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = listxattr(path, nil, 0)
        guard count > 0,
            buffer.withUnsafeMutableBytes({
                listxattr(path, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
            }) == count
        else { return [] }
        return buffer[..<count].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("without -o xattr there are none, and the kernel asks no more")
    func off() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let path = "\(fixture.mountpoint)/\(try #require(try fixture.files(of: "enhanced").first))"
        #expect(getxattr(path, "user.dicom.Modality", nil, 0) == -1 && errno == EOPNOTSUPP)
        #expect(listxattr(path, nil, 0) == -1 && errno == EOPNOTSUPP)
        try fixture.unmount()
    }

    @Test("-o xattr tells what a file is, what it is made from and why it was not converted, and opens no source")
    func on() throws {
        let fixture = try MountFixture()
        let slice = "\(fixture.archive)/ct/axial/IM1"
        try fixture.mount("-o", "xattr,settle_time=0.2")
        let combined =
            "\(fixture.mountpoint)/\(try #require(try fixture.files(of: "enhanced").first { $0.contains("_CT_Axial") }))"
        #expect(value(combined, "user.dicom.Modality") == "CT")
        #expect(value(combined, "user.dicom.PatientID") == "DEMO-CT")
        #expect(value(combined, "user.dicom.SOPClassUID")?.hasPrefix("1.2.840.10008.5.1.4.1.1.2") == true)
        #expect(value(combined, "user.dicomviewfs.form") == "enhanced")
        #expect(value(combined, "user.dicomviewfs.sources") == "24")
        let sources = try #require(value(combined, "user.dicomviewfs.source")).split(separator: "\n").map(String.init)
        #expect(try Set(sources) == Set(fixture.archiveFiles().filter { $0.contains("/axial/") }))
        let names = list(combined)
        #expect(names.contains("user.dicom.SOPInstanceUID") && names.contains("user.dicom.StudyDate"))
        for name in names { #expect(value(combined, name)?.isEmpty == false, "\(name)") }
        // As getxattr(2) has it.
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(getxattr(combined, "user.dicom.Modality", nil, 0) == 2)
        #expect(getxattr(combined, "user.dicom.Modality", &buffer, 1) == -1 && errno == ERANGE)
        #expect(getxattr(combined, "user.dicom.None", &buffer, 8) == -1 && errno == ENODATA)
        #expect(getxattr(combined, "security.selinux", &buffer, 8) == -1 && errno == ENODATA)
        #expect(setxattr(combined, "user.dicom.Modality", "MR", 2, 0) == -1 && errno == EROFS)
        #expect(list(fixture.mountpoint).isEmpty && list("\(fixture.mountpoint)/default").isEmpty)
        let received =
            "\(fixture.mountpoint)/\(try #require(try fixture.files(of: "default").first { $0.contains("_Localizer") }))"
        #expect(value(received, "user.dicomviewfs.source") == "\(fixture.archive)/ct/localizer.dcm")
        #expect(value(received, "user.dicomviewfs.form") == "asReceived")
        // Dropped names say what became of them.
        let text = "\(fixture.mountpoint)/import/text"
        try Data("no DICOM".utf8).write(to: URL(filePath: text), options: .withoutOverwriting)
        #expect(Program.wait(seconds: 20) { value(text, "user.dicomviewfs.outcome") == "notDICOM" })
        #expect(value(text, "user.dicomviewfs.reason")?.isEmpty == false)
        // No source is opened for any of it.
        for file in try fixture.archiveFiles() { chmod(file, 0) }
        rename(slice, slice + ".moved")
        #expect(value(received, "user.dicom.StudyInstanceUID")?.hasPrefix("2.25.") == true)
        try fixture.unmount()
    }
}
