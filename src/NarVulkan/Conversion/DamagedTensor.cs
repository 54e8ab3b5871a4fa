namespace NarVulkan.Conversion;

/// <summary>A tensor some of whose values are infinite or no numbers. It was written with them; a model that needs it will not load.</summary>
/// <param name="Name">Its name.</param>
/// <param name="NotFinite">How many of its values.</param>
/// <param name="Elements">Of how many.</param>
internal readonly record struct DamagedTensor(string Name, long NotFinite, long Elements)
{
    public override string ToString() => $"tensor {Name} has {NotFinite} values of {Elements} that are not finite numbers";
}
