using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace NarVulkan.Tests.Bindings;

/// <summary>Reads from an assembly's metadata what it refers to in Silk.NET and StbImageWriteSharp.</summary>
internal static class SilkReferences
{
    public static IReadOnlyList<SilkReference> Of(string assemblyPath)
    {
        using var file = File.OpenRead(assemblyPath);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var types = from handle in metadata.TypeReferences
                    let name = SignatureNames.FullName(metadata, handle)
                    where IsSilk(name)
                    select new SilkReference(name, null, null);
        var members = from handle in metadata.MemberReferences
                      let member = metadata.GetMemberReference(handle)
                      let type = NameOf(metadata, member.Parent)
                      where type is not null && IsSilk(type)
                      select new SilkReference(type, metadata.GetString(member.Name), Parameters(member));
        return [.. types, .. members];
    }

    // Null for types of the assembly itself, and for arrays. Of a generic type the members are those of its definition.
    private static string? NameOf(MetadataReader metadata, EntityHandle type)
    {
        if (type.Kind == HandleKind.TypeReference)
        {
            return SignatureNames.FullName(metadata, (TypeReferenceHandle)type);
        }
        if (type.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }
        // ECMA-335, II.23.2.14: GENERICINST, CLASS or VALUETYPE, the definition, its arguments.
        BlobReader signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)type).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }
        signature.ReadCompressedInteger();
        return NameOf(metadata, signature.ReadTypeHandle());
    }

    private static bool IsSilk(string type) =>
        type.StartsWith("Silk.NET.", StringComparison.Ordinal) || type.StartsWith("StbImageWriteSharp.", StringComparison.Ordinal);

    private static string? Parameters(MemberReference member) => member.GetKind() == MemberReferenceKind.Field
        ? null
        : string.Join(';', member.DecodeMethodSignature(new SignatureNames(), null).ParameterTypes);
}
