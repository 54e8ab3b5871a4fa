using System.Runtime.InteropServices;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Small PyTorch checkpoints for tests.</summary>
internal static class TorchFile
{
    /// <summary>A checkpoint of a pickle and float32 storages named 0, 1, ...</summary>
    public static byte[] Create(byte[] pickle, params float[][] storages)
    {
        ZipWriter zip = new ZipWriter().Add("model/data.pkl", pickle);
        for (int i = 0; i < storages.Length; i++)
        {
            zip.Add($"model/data/{i}", MemoryMarshal.AsBytes(storages[i].AsSpan()));
        }
        return zip.Add("model/byteorder", "little"u8).ToArray();
    }

    /// <summary>A bare state dict with one tensor <c>w</c> over storage 0 of <paramref name="storage"/>.</summary>
    public static byte[] WithTensor(
        float[] storage, long[] shape, long[] strides, long offset = 0, string type = "FloatStorage", long? elements = null)
        => Create(
            new PickleWriter().Op('}').Text("w").Tensor("0", elements ?? storage.Length, shape, strides, offset, type).Op('s').ToArray(),
            storage);
}
