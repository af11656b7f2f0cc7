import DICOM
import Testing

@Suite("Transfer syntax")
struct TransferSyntaxTests {
    @Test("padding around the UID is ignored", arguments: ["", "\0", " ", "\0\0", " \0"])
    func padding(pad: String) {
        #expect(TransferSyntax(uid: "1.2.840.10008.1.2.1" + pad) == .explicitVRLittleEndian)
        #expect(TransferSyntax(uid: " 1.2.840.10008.1.2" + pad).isKnown)
    }

    @Test("only the default, Papyrus 3 and one of GE's are Implicit VR, only one is big-endian")
    func dataSetEncoding() {
        let implicit: Set<TransferSyntax> = [
            .implicitVRLittleEndian, .papyrus3ImplicitVRLittleEndian, TransferSyntax(uid: "1.2.840.113619.5.2"),
        ]
        #expect(Set(TransferSyntax.all.filter { !$0.isExplicitVR }) == implicit)
        #expect(TransferSyntax.all.filter(\.isBigEndian) == [.explicitVRBigEndian])
        let deflated: Set<TransferSyntax> = [
            .deflatedExplicitVRLittleEndian, .jpipReferencedDeflate, .jpipHTJ2KReferencedDeflate,
        ]
        #expect(Set(TransferSyntax.all.filter(\.isDeflated)) == deflated)
    }

    @Test(
        "frames lie as the table of PS3.5 Annex A says",
        arguments: [
            (TransferSyntax.implicitVRLittleEndian, FrameEncoding.native),
            (.explicitVRBigEndian, .native), (.deflatedExplicitVRLittleEndian, .native),
            (.rleLossless, .oneFragmentPerFrame), (.deflatedImageFrameCompression, .oneFragmentPerFrame),
            (.encapsulatedUncompressedExplicitVRLittleEndian, .oneFragmentPerFrame),
            (.jpegLossless, .fragmentsPerFrame), (.jpeg2000Lossless, .fragmentsPerFrame),
            (.htj2kLossless, .fragmentsPerFrame), (.jpegXLLossless, .fragmentsPerFrame),
            (.jpeg2000MC, .acrossFrames), (.mpeg2MPML, .stream), (.hevcMP51, .stream),
            (.jpipReferenced, .referenced), (.jpipHTJ2KReferenced, .referenced),
        ])
    func frames(syntax: TransferSyntax, encoding: FrameEncoding) {
        #expect(syntax.frameEncoding == encoding)
    }

    @Test("what may be reversible is not called lossy for certain")
    func lossy() {
        #expect(TransferSyntax.jpegBaseline8Bit.lossyCompression == .always(method: "ISO_10918_1"))
        #expect(TransferSyntax.jpeg2000.lossyCompression == .possible(method: "ISO_15444_1"))
        #expect(TransferSyntax.htj2k.lossyCompression.method == "ISO_15444_15")
        #expect(TransferSyntax.jpegXL.lossyCompression.method == "ISO_18181_1")
        for syntax: TransferSyntax in [.rleLossless, .jpeg2000Lossless, .jpegLSLossless, .explicitVRLittleEndian] {
            #expect(syntax.lossyCompression == .never)
        }
    }

    @Test("an unknown UID is read as Explicit VR Little Endian with frames of unknown encoding")
    func unknown() {
        let syntax = TransferSyntax(uid: "1.2.3.4\0")
        #expect(!syntax.isKnown)
        #expect(syntax.uid == "1.2.3.4")
        #expect(syntax.isExplicitVR && !syntax.isBigEndian && !syntax.isDeflated && !syntax.isEncapsulated)
        #expect(syntax.frameEncoding == .unknown)
        #expect(syntax.description == "1.2.3.4")
        #expect(!TransferSyntax(uid: "").isKnown)
    }

    @Test("every registered transfer syntax is known")
    func registry() {
        let registered = UIDRegistry.all.filter { $0.type == "Transfer Syntax" }
        #expect(registered.count == 63)
        for entry in registered {
            #expect(TransferSyntax(uid: entry.uid).isKnown)
        }
        #expect(TransferSyntax.rleLossless.name == "RLE Lossless")
    }
}
