namespace Silk.NET.Shaderc;

/// <summary>How an include was spelled.</summary>
public enum IncludeType
{
    Relative = 0,
    Standard = 1,
}
