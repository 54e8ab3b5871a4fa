namespace NarVulkan.Checkpoints.Pickle;

/// <summary>The name of a Python class or function that a pickle refers to. Only ever a name: nothing is imported or called.</summary>
internal sealed record GlobalName(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}
