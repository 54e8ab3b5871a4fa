using NarVulkan.Decoding;
using Xunit;

namespace NarVulkan.Tests.Decoding;

/// <summary>What holds for every schedule, whatever its order.</summary>
internal static class ScheduleRules
{
    /// <summary>Every token is sampled once, fed at most once and in order, after it was sampled; steps append to a contiguous prefix of the cache.</summary>
    public static void AssertSound(DecodeSchedule schedule)
    {
        Assert.Equal(Enumerable.Range(0, schedule.Grid.Count), schedule.OrderOfGeneration.Order());
        int slot = 0, sampled = 0, fedTokens = 0;
        foreach (var step in schedule.Steps)
        {
            Assert.Equal(slot, step.FirstSlot);
            Assert.Equal(sampled, step.FirstSampled);
            foreach (var row in step.Fed.Where(row => row.Source == FedSource.Generated))
            {
                Assert.Equal(fedTokens++, row.Index);
                Assert.InRange(row.Index, 0, sampled - 1);
                Assert.Equal(schedule.ConditionTokens + schedule.OrderOfGeneration[row.Index], row.Position);
            }
            slot += step.Fed.Count;
            sampled += step.Sampled.Count;
            Assert.InRange(step.VisibleKeys, 1, slot);
            Assert.InRange(step.HiddenBegin, 0, step.HiddenEnd);
            Assert.InRange(step.HiddenEnd, 0, step.VisibleKeys);
            Assert.All(step.Sampled, token => Assert.NotEmpty(token.Votes));
            Assert.All(step.Sampled.SelectMany(token => token.Votes), vote => Assert.InRange(vote.FedRow, 0, step.Fed.Count - 1));
            Assert.All(step.Sampled.SelectMany(token => token.Votes), vote => Assert.InRange(vote.Head, 0, schedule.HeadCount - 1));
        }
        Assert.Equal(schedule.SlotCount, slot);
        Assert.Equal(schedule.Grid.Count, sampled);
    }
}
