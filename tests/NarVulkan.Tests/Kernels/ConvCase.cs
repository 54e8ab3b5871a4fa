using NarVulkan.Kernels;
using NarVulkan.Reference;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>One convolution of an image on the device and on the CPU, and how far they may differ.</summary>
internal sealed class ConvCase
{
    private readonly int _channels;
    private readonly int _columns;
    private readonly WeightPrecision _precision;
    private readonly MatmulEpilogue _epilogue;
    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly float[] _image;
    private readonly float[] _before;
    private readonly int _height;
    private readonly int _width;

    public ConvCase(
        int height, int width, int channels, int columns, ConvSampling sampling, MatmulEpilogue epilogue, WeightPrecision precision = WeightPrecision.Float32)
    {
        var random = new Random(height * 1000 + width);
        _height = height;
        _width = width;
        _channels = channels;
        _columns = columns;
        _precision = precision;
        _epilogue = epilogue;
        Sampling = sampling;
        // Exact in every precision.
        _weights = [.. Enumerable.Range(0, columns * ConvKernel.Taps * channels).Select(_ => random.Next(-63, 64) / 128f)];
        _bias = RandomData.Normal(random, columns);
        _image = RandomData.Normal(random, height * width * channels);
        _before = RandomData.Normal(random, OutputRows * ConvBand.OutputSize(sampling, width) * columns);
    }

    public ConvSampling Sampling { get; }

    public int OutputRows => ConvBand.OutputSize(Sampling, _height);

    private bool HasBias => _epilogue is MatmulEpilogue.StoreBias or MatmulEpilogue.AddToBias;

    public PackedMatrix Pack(VulkanDevice device, MatmulTiling? tiling = null) => PackedMatrix.Create(
        device, "test kernel", new ArrayMatrix(_weights, _columns, ConvKernel.Taps * _channels), _precision, tiling: tiling ?? MatmulTiling.ForConvolution(device.Profile));

    /// <summary>The output rows of a band; guards around them are checked.</summary>
    public float[] OnDevice(VulkanDevice device, PackedMatrix matrix, int firstRow, int rows, bool storage = false)
    {
        var band = new ConvBand(Sampling, _width, firstRow, rows);
        var pixels = rows * band.OutputWidth;
        // A storage buffer cannot be seen as texels: that is the storage path on any device.
        using var x = device.CreateBuffer("x", (ulong)Input(band).Length * sizeof(float), storage ? BufferUse.Storage : BufferUse.Texel);
        device.Uploads.Upload<float>(x, 0, Input(band));
        using var y = new GuardedBuffer(device, pixels, _columns, _before.AsSpan(firstRow * band.OutputWidth * _columns, pixels * _columns));
        using var bias = HasBias ? DeviceArrays.Create(device, _bias) : null;
        DeviceArrays.Run(device, recorder => new ConvKernel(device).Record(
            recorder, matrix, x, band, new ConvOutput(y.Buffer, y.Offset, y.Stride, 1), _epilogue, bias));
        return y.Read();
    }

    /// <summary>The same band with its channels one after another, as pictures lie in memory.</summary>
    public float[] OnDevicePlanar(VulkanDevice device, PackedMatrix matrix)
    {
        var band = new ConvBand(Sampling, _width, 0, OutputRows);
        var pixels = band.Rows * band.OutputWidth;
        using var x = DeviceArrays.Create(device, Input(band));
        using var y = DeviceArrays.Create(device, new float[pixels * _columns]);
        using var bias = DeviceArrays.Create(device, _bias);
        DeviceArrays.Run(device, recorder => new ConvKernel(device).Record(
            recorder, matrix, x, band, new ConvOutput(y, 0, 1, (uint)pixels), MatmulEpilogue.StoreBias, bias));
        var planes = new float[pixels * _columns];
        device.Readbacks.Read<float>(y, 0, planes);
        return planes;
    }

    public void AssertMatchesTwin(VulkanDevice device, PackedMatrix matrix, bool storage = false)
    {
        var band = new ConvBand(Sampling, _width, 0, OutputRows);
        var input = Input(band);
        var expected = (float[])_before.Clone();
        ConvReference.Apply(input, _weights, _channels, band, HasBias ? _bias : [], expected, _epilogue);
        var magnitudes = new float[expected.Length];
        ConvReference.Apply(
            Array.ConvertAll(input, MathF.Abs), Array.ConvertAll(_weights, MathF.Abs), _channels, band, [], magnitudes, MatmulEpilogue.Store);

        var actual = OnDevice(device, matrix, 0, OutputRows, storage);

        for (var i = 0; i < actual.Length; i++)
        {
            // As for products: two sums of K rounded terms, then bias and residual.
            var tolerance = (ConvKernel.Taps * _channels + 8) * MathF.Pow(2, -24) * (magnitudes[i] + Math.Abs(expected[i]) + 1f);
            Assert.True(
                Math.Abs(actual[i] - expected[i]) <= tolerance,
                $"pixel {i / _columns}, channel {i % _columns}: {actual[i]} instead of {expected[i]}, tolerance {tolerance}");
        }
    }

    private float[] Input(in ConvBand band)
    {
        var padded = new float[band.InputRows * (_width + 2) * _channels];
        ConvInputReference.Apply(_image, new ConvInputRows(_width, _channels, band.InputFirstRow, _height, 0, band.InputRows, Bordered: true), [], [], false, padded);
        return padded;
    }
}
