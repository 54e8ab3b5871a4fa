namespace Silk.NET.Maths;

/// <summary>Four numbers: here only the bits of a colour, in window options.</summary>
public struct Vector4D<T>(T x, T y, T z, T w)
    where T : unmanaged, IFormattable, IEquatable<T>, IComparable<T>
{
    public T X = x;

    public T Y = y;

    public T Z = z;

    public T W = w;
}
