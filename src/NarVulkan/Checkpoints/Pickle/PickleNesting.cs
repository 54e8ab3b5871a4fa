namespace NarVulkan.Checkpoints.Pickle;

/// <summary>
/// Refuses what no checkpoint has and what makes trouble for everything that walks through one: a container that holds itself, and nesting without end.
/// Every container is walked through once, so the work is bounded by the length of the pickle.
/// </summary>
internal static class PickleNesting
{
    /// <summary>Levels of the deepest structure: several times those of settings within optimizer states within checkpoints.</summary>
    public const int Deepest = 128;

    /// <summary>Steps of a path that a message names, from the outside.</summary>
    private const int MostNamed = 4;

    /// <exception cref="PickleFormatException">It holds a container that holds itself, or nests too deep.</exception>
    public static void Check(object? root)
    {
        if (root is not PickleContainer { Count: > 0 } outermost)
        {
            return;
        }
        Stack<(PickleContainer Container, int Place)> path = new();
        Enter(path, outermost);
        while (path.TryPop(out (PickleContainer Container, int Place) at))
        {
            if (at.Place == at.Container.Count)
            {
                at.Container.Visit = PickleVisit.Done;
                Raise(path, at.Container.Height);
                continue;
            }
            path.Push((at.Container, at.Place + 1));
            // What is empty is skipped also because the empty tuple is everybody's.
            if (at.Container[at.Place] is not PickleContainer { Count: > 0 } inner)
            {
                continue;
            }
            if (inner.Visit == PickleVisit.Within)
            {
                throw new PickleFormatException($"what lies at {NameOf(path)} holds itself, which nothing in a checkpoint does");
            }
            // What was walked through elsewhere is as high as it was there, and may lie deeper here.
            bool isDone = inner.Visit == PickleVisit.Done;
            if (path.Count + (isDone ? inner.Height : 1) > Deepest)
            {
                throw new PickleFormatException($"what lies at {NameOf(path)} nests deeper than {Deepest} levels, which nothing in a checkpoint does");
            }
            if (isDone)
            {
                Raise(path, inner.Height);
                continue;
            }
            Enter(path, inner);
        }
    }

    // Of what is walked through: it holds something of that height.
    private static void Raise(Stack<(PickleContainer Container, int Place)> path, int height)
    {
        if (path.TryPeek(out (PickleContainer Container, int Place) holder))
        {
            holder.Container.Height = Math.Max(holder.Container.Height, height + 1);
        }
    }

    private static void Enter(Stack<(PickleContainer Container, int Place)> path, PickleContainer container)
    {
        container.Visit = PickleVisit.Within;
        container.Height = 1;
        path.Push((container, 0));
    }

    // The places on the way are one ahead.
    private static string NameOf(Stack<(PickleContainer Container, int Place)> path)
    {
        string named = string.Join('.', path.Reverse().Take(MostNamed).Select(step => VisibleText.Of(step.Container.NameOf(step.Place - 1))));
        return path.Count > MostNamed ? named + "..." : named;
    }
}
