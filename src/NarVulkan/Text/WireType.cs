namespace NarVulkan.Text;

/// <summary>How a field of a protobuf message is written; the numbers are the format's.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
