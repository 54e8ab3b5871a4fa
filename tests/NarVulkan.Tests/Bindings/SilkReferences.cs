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
                      where member.Parent.Kind == HandleKind.TypeReference
                      let type = SignatureNames.FullName(metadata, (TypeReferenceHandle)member.Parent)
                      where IsSilk(type)
                      select new SilkReference(type, metadata.GetString(member.Name), Parameters(member));
        return [.. types, .. members];
    }

    private static bool IsSilk(string type) =>
        type.StartsWith("Silk.NET.", StringComparison.Ordinal) || type.StartsWith("StbImageWriteSharp.", StringComparison.Ordinal);

    private static string? Parameters(MemberReference member) => member.GetKind() == MemberReferenceKind.Field
        ? null
        : string.Join(';', member.DecodeMethodSignature(new SignatureNames(), null).ParameterTypes);
}
