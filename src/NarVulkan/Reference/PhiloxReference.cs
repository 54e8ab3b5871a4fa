namespace NarVulkan.Reference;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
/// as easy as 1, 2, 3" (SC 2011). Twin of <c>shaders/shared/philox.glsl</c>.
/// </summary>
internal static class PhiloxReference
{
    /// <summary>The four random words that belong to a counter under a key.</summary>
    public static (uint X, uint Y, uint Z, uint W) Generate((uint X, uint Y, uint Z, uint W) counter, (uint X, uint Y) key)
    {
        for (var round = 0; round < 10; round++)
        {
            var product0 = 0xD2511F53ul * counter.X;
            var product1 = 0xCD9E8D57ul * counter.Z;
            counter = (
                (uint)(product1 >> 32) ^ counter.Y ^ key.X,
                (uint)product1,
                (uint)(product0 >> 32) ^ counter.W ^ key.Y,
                (uint)product0);
            key = (unchecked(key.X + 0x9E3779B9u), unchecked(key.Y + 0xBB67AE85u));
        }

        return counter;
    }
}
