// AddRowsParameters
layout(push_constant) uniform AddRowsParameters {
    uint width;
    uint rowsPerSequence;   // rows that y holds per sequence
    uint firstRow;          // first of them that is written
    uint tableFirstRow;
    uint tableRows;         // rows taken from the table, from tableFirstRow on; the table repeats after them
    uint add;               // 1: y += table, 0: y = table
} shape;
