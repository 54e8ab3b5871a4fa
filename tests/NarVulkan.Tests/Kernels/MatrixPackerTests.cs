using NarVulkan.Kernels;
using Xunit;

namespace NarVulkan.Tests.Kernels;

public sealed class MatrixPackerTests
{
    [Fact]
    public void Fill_SourceThatFails_ThrowsWhatTheSourceThrew()
    {
        var packer = new MatrixPacker(new FailingSource(), WeightPrecision.Float32, MatrixLayout.Plain, 4);
        var panel = new byte[packer.BlockCount * packer.BlockBytes];

        var failure = Assert.Throws<ModelFileException>(() => packer.Fill(0, 0, panel));

        Assert.Equal("w.pth: row 5 is unreadable", failure.Message);
    }

    /// <summary>32 rows of 8, so that several threads pack; one row cannot be read.</summary>
    private sealed class FailingSource : MatrixSource
    {
        public override int Rows => 32;

        public override int Columns => 8;

        public override void ReadRow(int row, Span<float> destination)
        {
            destination.Clear();
            if (row == 5)
            {
                throw new ModelFileException("w.pth", "row 5 is unreadable");
            }
        }
    }
}
