using NarVulkan.Generation;
using Xunit;

namespace NarVulkan.Tests.Models;

public sealed class TextInputsTests
{
    // Four rows of two values; the second sample's text is two tokens long.
    private static readonly float[] Features = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18];

    [Fact]
    public void Create_TextAtTheLeft_MovesItToTheRightAndClearsPadding()
    {
        var inputs = TextInputs.Create(new NarTextCondition { Features = Features, Mask = [1, 1, 1, 1, 1, 1, 0, 0] }, 2, 4, 2);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 11, 12, 13, 14], inputs.Features);
        Assert.Equal([0b1111u, 0b1100u], inputs.Mask);
    }

    [Fact]
    public void Create_TextAtTheRight_StaysThere()
    {
        var inputs = TextInputs.Create(new NarTextCondition { Features = Features, Mask = [0, 1, 1, 1, 0, 0, 0, 0] }, 2, 4, 2);

        Assert.Equal([0, 0, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0], inputs.Features);
        Assert.Equal([0b1110u, 0u], inputs.Mask);
    }

    [Fact]
    public void Create_AsItIs_OnlyClearsPadding()
    {
        var inputs = TextInputs.Create(new NarTextCondition { Features = Features, Mask = [1, 0, 1, 0, 1, 1, 0, 0], LeftPad = false }, 2, 4, 2);

        Assert.Equal([1, 2, 0, 0, 5, 6, 0, 0, 11, 12, 13, 14, 0, 0, 0, 0], inputs.Features);
        Assert.Equal([0b0101u, 0b0011u], inputs.Mask);
    }

    [Fact]
    public void Create_WithoutMask_TakesEveryRow() =>
        Assert.Equal([0b1111u, 0b1111u], TextInputs.Create(new NarTextCondition { Features = Features }, 2, 4, 2).Mask);

    [Fact]
    public void Create_MaskBeyondOneWord_SetsItsBits()
    {
        int[] mask = [.. Enumerable.Range(0, 40).Select(row => row >= 31 ? 1 : 0)];

        Assert.Equal([1u << 31, 0xFFu], TextInputs.Create(new NarTextCondition { Features = new float[40], Mask = mask }, 1, 40, 1).Mask);
    }

    [Fact]
    public void Create_WhatMakesNoSense_IsRefused()
    {
        Refused(new NarTextCondition { Features = Features, Mask = [1, 0, 1, 0, 1, 1, 0, 0] }, "sample 0 has padding between tokens");
        Refused(new NarTextCondition { Features = Features, Mask = [1, 1, 1, 1, 1, 2, 0, 0] }, "sample 1 holds 2 in row 1");
        Refused(new NarTextCondition { Features = [.. Features.Select((value, i) => i == 11 ? float.NaN : value)] }, "sample 1 hold values that are not finite numbers, in row 1");
        // Padding may hold anything.
        TextInputs.Create(new NarTextCondition { Features = [.. Features.Select((value, i) => i == 13 ? float.NaN : value)], Mask = [1, 1, 1, 1, 1, 1, 0, 0] }, 2, 4, 2);

        static void Refused(NarTextCondition text, string problem) =>
            Assert.Contains(problem, Assert.Throws<InvalidRequestException>(() => TextInputs.Create(text, 2, 4, 2)).Message, StringComparison.Ordinal);
    }
}
